"""The engines that find what is near, along and across: in process, in PostGIS, on many workers; one face for all."""
