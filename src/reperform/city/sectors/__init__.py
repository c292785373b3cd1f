"""The sectors of the city, one module each: see `city.sector`."""

from reperform.city.sector import Sector

from .elderly import ELDERLY
from .employment import EMPLOYMENT
from .fiscal import FISCAL
from .investment import INVESTMENT
from .medical import MEDICAL
from .needy import NEEDY
from .performance import PERFORMANCE
from .red_flags import RED_FLAGS
from .sewage import SEWAGE
from .social import SOCIAL
from .water import WATER

SECTORS: tuple[Sector, ...] = (
    ELDERLY,
    EMPLOYMENT,
    FISCAL,
    INVESTMENT,
    MEDICAL,
    NEEDY,
    PERFORMANCE,
    RED_FLAGS,
    SEWAGE,
    SOCIAL,
    WATER,
)
