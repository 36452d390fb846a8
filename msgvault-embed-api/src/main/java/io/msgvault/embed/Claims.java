package io.msgvault.embed;

/** Which ids a sweep may fill. Confined to the run's thread. */
interface Claims {
  /** Under the generation's lease: every id. */
  Claims ALL =
      new Claims() {
        @Override
        public long first() {
          return 0;
        }

        @Override
        public long last() {
          return Long.MAX_VALUE;
        }

        @Override
        public boolean next(long afterId) {
          return false;
        }

        @Override
        public boolean hasRoom() {
          return true;
        }

        @Override
        public void opened(long id) {}

        @Override
        public void closed(long id) {}
      };

  /** The first id of the range to read now. */
  long first();

  /** The last id of the range to read now; below {@link #first} while there is none. */
  long last();

  /** Leaves the range for the next one above this id that has work; false if there is none. */
  boolean next(long afterId);

  /** Whether another range may be had now. If not, there is after some messages are closed. */
  boolean hasRoom();

  /** Told when a message of the range was read. */
  void opened(long id);

  /** Told when nothing more will be written for a message that was read. */
  void closed(long id);
}
