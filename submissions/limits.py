"""The format's name and every limit on what is read, each with its reason."""

FORMAT = "chainrule-answers/1"

# The current format and, once there is one, the format before it.
READABLE_FORMATS = (FORMAT,)

# A ten-field form is about 2 kB; a megabyte leaves room for pasted traces and stops films early.
MAX_FILE_BYTES = 1_000_000

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
