"""Promise 4: nobody browses. Who may ask what, decided by a matrix that is data, before anything is read."""
