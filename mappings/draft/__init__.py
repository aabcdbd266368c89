"""Draft: from a sample of an unknown file to a source folder that a person completes.

`profile` describes every column, `propose` finds the field that each of them means, `write_folder` writes the result.
Every proposal has its evidence and a confidence; an unsure one is written as TODO, which lint refuses.  A table whose
columns are the paths of fields, such as a template, needs no proposal: `write_template_source` writes all of it.
"""

from mappings.draft.column_profile import Column, profile
from mappings.draft.proposing import Draft, Proposal, propose
from mappings.draft.template import TemplateTable, recognised, write_template_source
from mappings.draft.writing import write_folder

__all__ = [
    "Column",
    "Draft",
    "Proposal",
    "TemplateTable",
    "profile",
    "propose",
    "recognised",
    "write_folder",
    "write_template_source",
]
