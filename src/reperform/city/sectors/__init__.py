"""The sectors of the city, one module each: see `city.sector`."""

from reperform.city.sector import Sector

from .employment import EMPLOYMENT
from .fiscal import FISCAL
from .investment import INVESTMENT
from .medical import MEDICAL
from .sewage import SEWAGE

SECTORS: tuple[Sector, ...] = (EMPLOYMENT, FISCAL, INVESTMENT, MEDICAL, SEWAGE)
