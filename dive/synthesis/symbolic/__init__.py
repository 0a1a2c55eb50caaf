"""The embedded policy: plans over semantic types, derives and words queries without a language model. Free, offline,
deterministic.
"""
