"""What several families share: wording, and how programs on Scalars are drawn and written down."""
