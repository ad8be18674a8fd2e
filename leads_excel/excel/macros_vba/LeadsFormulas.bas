Attribute VB_Name = "LeadsFormulas"
