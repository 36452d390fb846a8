package io.msgvault.embed.benchmarks;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The six kinds of questions about {@link ZipfMail}. Ranks are those of the words, from 0. */
enum WordQuestions {
  /** Two words of ranks 50,000 to 150,000, each in some hundred of a million messages. */
  RARE((mail, random) -> words(mail, random, 2, 50_000, 150_000)),
  /** Three words of ranks 2,000 to 20,000. */
  MEDIUM((mail, random) -> words(mail, random, 3, 2_000, 20_000)),
  /** Three words of ranks 10 to 100, each in one to four of ten messages. */
  COMMON((mail, random) -> words(mail, random, 3, 10, 100)),
  /** One word of the first thirty. */
  ONE_COMMON((mail, random) -> words(mail, random, 1, 0, 30)),
  /** Eight neighbouring words of a message, as a person would repeat them. */
  EIGHT_WORDS((mail, random) -> passage(mail, random, 8)),
  /** Two neighbouring words of a message, in quotes. */
  PHRASE((mail, random) -> '"' + passage(mail, random, 2) + '"');

  private static final int SOME_MESSAGES = 10_000;

  /** Makes a question. */
  private interface Maker {
    String make(ZipfMail mail, SplittableRandom random);
  }

  @SuppressWarnings("ImmutableEnumChecker") // It is a function without state.
  private final Maker maker;

  WordQuestions(Maker maker) {
    this.maker = maker;
  }

  /** Returns questions, the same in each run. */
  List<String> questions(ZipfMail mail, int number) {
    SplittableRandom random = new SplittableRandom(name().hashCode());
    return Stream.generate(() -> maker.make(mail, random)).limit(number).toList();
  }

  private static String words(
      ZipfMail mail, SplittableRandom random, int number, int from, int to) {
    return random
        .ints(from, to)
        .distinct()
        .limit(number)
        .mapToObj(mail::wordOfRank)
        .collect(Collectors.joining(" "));
  }

  private static String passage(ZipfMail mail, SplittableRandom random, int number) {
    List<String> body = mail.words(random.nextInt(1, SOME_MESSAGES)).subList(4, 60);
    int at = random.nextInt(body.size() - number);
    return String.join(" ", body.subList(at, at + number));
  }
}
