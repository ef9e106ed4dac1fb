from pymupdf import open as open
