import certifi
import schedule
