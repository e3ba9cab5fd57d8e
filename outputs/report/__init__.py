"""The half-yearly report: one content, set as a Word document, a workbook, a PDF, or a preview for a page."""
