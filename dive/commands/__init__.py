"""The commands behind `dive`: reading options, calling the library, printing. One module a command."""
