import pandas
import psycopg2
