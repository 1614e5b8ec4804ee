import qrcode
from reportlab.pdfgen import canvas
