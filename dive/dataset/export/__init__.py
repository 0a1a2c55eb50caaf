"""Exports: data sets in the formats that training libraries read; `dive.dataset.export.formats` lists them."""
