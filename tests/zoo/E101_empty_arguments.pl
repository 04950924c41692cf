ready().
