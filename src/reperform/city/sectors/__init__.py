"""The sectors of the city, one module each: see `city.sector`."""

from reperform.city.sector import Sector

SECTORS: tuple[Sector, ...] = ()
