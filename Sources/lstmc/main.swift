print("lstmc")
