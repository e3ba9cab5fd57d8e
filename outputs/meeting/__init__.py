"""What is shown and handed out at a meeting: tour page, slides, printed maps."""
