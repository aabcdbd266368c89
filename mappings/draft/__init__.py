"""Draft: from a sample of an unknown file to a source folder that a person completes.

`look` at every column, `propose` for each the field that it means, and `write_folder`.  Every proposal has its
evidence and a confidence; what it is not sure of is TODO, which lint refuses.
"""

from mappings.draft.proposing import Draft, Proposal, propose
from mappings.draft.seeing import Column, look
from mappings.draft.writing import write_folder

__all__ = ["Column", "Draft", "Proposal", "look", "propose", "write_folder"]
