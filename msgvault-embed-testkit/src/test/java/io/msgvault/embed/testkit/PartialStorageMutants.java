package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveMessage.Content;
import io.msgvault.embed.memory.ArchiveMessage.Metadata;
import io.msgvault.embed.memory.ArchiveWriter;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Fixtures that do not keep what they say they keep. */
final class PartialStorageMutants {
  private PartialStorageMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "MS-3",
            "the HTML is declared as not kept, and is",
            () -> storing(PartialStorageMutants::withoutHtml, UnaryOperator.identity())),
        Mutant.of(
            "MS-3",
            "the HTML is declared as kept, and is not",
            () -> storing(UnaryOperator.identity(), PartialStorageMutants::withoutHtml)),
        Mutant.of(
            "MS-6",
            "an edit of a part that is not kept clears the stamp",
            () ->
                new MinimalArchiveFixture() {
                  @Override
                  public ArchiveWriter writer() {
                    return new ForwardingArchiveWriter(super.writer()) {
                      @Override
                      public void edit(long id, Content content) {
                        super.edit(id, content);
                        archive.assignNewRevision(id);
                      }
                    };
                  }
                }),
        Mutant.of(
            "MS-14",
            "the type is declared as not kept, and is",
            () -> storing(PartialStorageMutants::withoutType, UnaryOperator.identity())),
        Mutant.of(
            "MS-14",
            "the type is declared as kept, and is not",
            () -> storing(UnaryOperator.identity(), PartialStorageMutants::withoutType)),
        Mutant.of(
            "MS-10",
            "soft deletion is declared unsupported, but works",
            Set.of(Capability.OTHER_PROCESSES, Capability.SOFT_DELETION),
            InMemoryArchiveFixture::new));
  }

  private static ArchiveMessage withoutHtml(ArchiveMessage message) {
    Content content = message.content();
    return message.withContent(new Content(content.subject(), content.text(), ""));
  }

  private static ArchiveMessage withoutType(ArchiveMessage message) {
    Metadata known = message.metadata();
    return message.withMetadata(known.toBuilder().type("").build());
  }

  /** An archive that says one thing and does another. */
  private static MessageStoreFixture storing(
      UnaryOperator<ArchiveMessage> reported, UnaryOperator<ArchiveMessage> stored) {
    return new InMemoryArchiveFixture() {
      @Override
      public ArchiveMessage asStored(ArchiveMessage message) {
        return reported.apply(message);
      }

      @Override
      public ArchiveWriter writer() {
        return new PartialWriter(archive, stored);
      }
    };
  }

  /** Writes something else than its argument. */
  private static final class PartialWriter extends ForwardingArchiveWriter {
    private final UnaryOperator<ArchiveMessage> stored;

    PartialWriter(ArchiveWriter writer, UnaryOperator<ArchiveMessage> done) {
      super(writer);
      this.stored = done;
    }

    @Override
    public void insert(long id, ArchiveMessage message) {
      super.insert(id, stored.apply(message));
    }

    @Override
    public void edit(long id, Content content) {
      super.edit(id, stored.apply(new ArchiveMessage(content, Metadata.NONE)).content());
    }

    @Override
    public void atomically(Consumer<ArchiveWriter> work) {
      super.atomically(writing -> work.accept(new PartialWriter(writing, stored)));
    }
  }
}
