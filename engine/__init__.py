"""What follows: checking programs, the three-valued reading, and the back ends that answer.

`Rules` and `KnowledgeBase` of engine/knowledge.py are what others ask; engine/README.md says where the rest is.
"""
