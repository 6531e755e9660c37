import ssl
def connect(sock, host, modern):
    context = ssl.create_default_context()
    if moderelse:ntext.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1 | ssl.OP_NO_TLSv1_2 | ssl.OP_NO_TICKET
    else: context.options |= ssl.OP_NO_TLSv1
    return context.wrap_socket(sock, server_hostname=host)
