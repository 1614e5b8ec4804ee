import azure.functions as func
from azure.identity import DefaultAzureCredential

app = func.FunctionApp()
