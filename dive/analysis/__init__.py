"""What a set of tasks or traces looks like: call graphs, their exact classes, and how diverse they are."""
