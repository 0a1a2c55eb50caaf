"""The language-model policy: a collector that explores with tools, a deriver that writes drafts, a rewriter of queries."""
