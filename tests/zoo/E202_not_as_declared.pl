:- pred brand(Brand: brand, Generic: generic) :: '@(Brand) is a brand of @(Generic)'.
brand(velcade).
