"""The impact of a change, and the sources it is known from."""
