from airflow.sdk import dag
