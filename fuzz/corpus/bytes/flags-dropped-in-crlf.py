import ssl

context = make()
context.options = context.options | ssl.OP_NO_SSLv2 | ssl.OP_NO_SSLv3
context.options = context.options | ssl.OP_NO_SSLv2 | ssl.OP_NO_SSLv3
context.options = context.options | ssl.OP_NO_SSLv2 | ssl.OP_NO_SSLv3
