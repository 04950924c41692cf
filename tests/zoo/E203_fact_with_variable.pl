likes(Everyone, chocolate).
