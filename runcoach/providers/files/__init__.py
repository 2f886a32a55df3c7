"""Files that runners bring: decoded to activities, and planned workouts as files for the watch."""
