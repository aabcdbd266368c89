"""What tests share: sources and exchange folders to work with, partners' servers, hostile files, reference results.

Nothing here is a test, and a test module imports nothing from another one.
"""
