"""The format's name and every limit on what is read, each with its reason."""

FORMAT = "chainrule-answers/1"

# The current format and, once there is one, the format before it.
READABLE_FORMATS = (FORMAT,)

# A ten-field form is about 2 kB; a megabyte leaves room for pasted traces and stops films early.
MAX_FILE_BYTES = 1_000_000

# What a paper's notebook says of itself, and which of those can be read.
NOTEBOOK_FORMAT = "chainrule-paper-form/1"
READABLE_NOTEBOOKS = (NOTEBOOK_FORMAT,)

# A paper's notebook is about 100 kB; ten megabytes leave room for outputs and pasted screenshots, which are not read.
MAX_NOTEBOOK_BYTES = 10_000_000

# Interactive plots nest their outputs some 20 deep; far below Python's recursion limit.
MAX_NOTEBOOK_DEPTH = 60

# Commas, brackets and quotation marks outside of text: an interactive plot has 100,000; this bounds time and memory.
MAX_NOTEBOOK_SIGNS = 600_000

# Every cell has at least one; a paper of 60 fields has about 1,000. A picture inside a text is one long line.
MAX_NOTEBOOK_LINES = 50_000

# A matrix inside a list inside a slot needs 5 levels; 20 is generous and far below Python's recursion limit.
MAX_DEPTH = 20

# The longest exam planned has about 60 fields.
MAX_RESPONSES = 500

# About six printed pages: the longest honest answer is a pasted trace of some 3,000 characters.
MAX_RESPONSE_LENGTH = 20_000

# 500 responses are about 1,000 YAML events; this holds the slow pure-Python parser below a second or two.
MAX_YAML_EVENTS = 20_000

# YAML readers look for a key's colon within 1,024 characters; longer ids are written as explicit keys.
MAX_SIMPLE_KEY_LENGTH = 1_000

# Paper ids are 9 characters; anything long in that place is not an id.
MAX_PAPER_LENGTH = 100

# A class of 600 with ten fields makes a table of 1 MB; pasted traces make it a few more.
MAX_TABLE_BYTES = 20_000_000

# Gradescope's own account of an export holds every test's output of every attempt; 600 students make some 10 MB.
MAX_METADATA_BYTES = 50_000_000

# Folders within each other that are followed where an export keeps its students' own folders.
MAX_FOLDERS_DEEP = 8

# What comes out of a zip is held in memory: a student's zip inside a platform's, and Gradescope's own account.
MAX_MEMBER_BYTES = 50_000_000

# The list of contents that a zip keeps at its end: 50,000 entries of honest length take 7 MB.
MAX_ZIP_LIST_BYTES = 8_000_000
