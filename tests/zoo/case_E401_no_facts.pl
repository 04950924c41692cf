% A file of comments states no case.
