"""What people look at in a browser: the staff's pages inside Airflow, the pictures of analysts, the partners' portal.

site/       what all pages share: the application's shell, identity, language, reading, rendering
figures/    pictures as SVG, made on the server
staff/      for engineers and duty officers
analysis/   for analysts
portal/     for partner agencies: a process, a login to the warehouse and accounts of its own
templates/  one folder for each audience; `site/` has the frame and the parts
static/     one style sheet, and scripts that a page can do without

No module here imports Airflow.  Each audience has a function `build`, which is given the identity as a dependency.
"""
