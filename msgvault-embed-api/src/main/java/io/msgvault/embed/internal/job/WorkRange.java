package io.msgvault.embed.internal.job;

/** Which ids a sweep may fill. Confined to the run's thread. */
interface WorkRange {
  /** Under the generation's lease: every id. */
  WorkRange ALL =
      new WorkRange() {
        @Override
        public long first() {
          return 0;
        }

        @Override
        public long last() {
          return Long.MAX_VALUE;
        }

        @Override
        public boolean advance(long afterId) {
          return false;
        }

        @Override
        public boolean hasCapacity() {
          return true;
        }

        @Override
        public void started(long id) {}

        @Override
        public void finished(long id) {}
      };

  /** The first id of the range to read now. */
  long first();

  /** The last id of the range to read now; below {@link #first} while there is none. */
  long last();

  /** Leaves the range for the next one above this id that has work; false if there is none. */
  boolean advance(long afterId);

  /** Whether another range may be had now. If not, there is after some messages are closed. */
  boolean hasCapacity();

  /** Told when a message of the range was read. */
  void started(long id);

  /** Told when nothing more will be written for a message that was read. */
  void finished(long id);
}
