"""The product's face: the command line, an exam's papers and pages, and the results of grading."""
