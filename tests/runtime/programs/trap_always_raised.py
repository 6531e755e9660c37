# Calls that always raised.
# left for a person: they are not turned into calls that work
import ssl

for arguments in ["server_side", "keyfile", "version"]:
    try:
        if arguments == "server_side":
            ssl.wrap_socket(None, server_side=True)
        elif arguments == "keyfile":
            ssl.wrap_socket(None, keyfile="client.key")
        else:
            ssl.wrap_socket(None, server_hostname="localhost")
    except (TypeError, ValueError) as error:
        print(type(error).__name__)
