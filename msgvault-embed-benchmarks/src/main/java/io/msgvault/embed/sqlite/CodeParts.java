package io.msgvault.embed.sqlite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What is done with binary codes: making those of 64 vectors at once and one by one, for each
 * vector; and telling all codes apart by the signs that differ from a query's, beside reading as
 * many bytes of memory, which nothing that looks at each code can beat.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CodeParts {
  private static final int DIMENSION = 384;
  private static final int VECTORS = 64;

  /** Vectors of which no codes are made yet. */
  @State(Scope.Benchmark)
  public static class Vectors {
    private final Rotation rotation = new Rotation(DIMENSION);
    private final List<float[]> vectors = random(VECTORS, new SplittableRandom(1));
  }

  /** The codes of an index. */
  @State(Scope.Benchmark)
  public static class Codes {
    /** How many there are. */
    @Param("1000000")
    public int count;

    private final Rotation rotation = new Rotation(DIMENSION);
    private final Lock lock = new ReentrantLock();
    private BinaryCodes codes = new BinaryCodes(rotation);
    private CodeQuery query = CodeQuery.of(random(1, new SplittableRandom(2)).get(0), rotation);
    private long[] asMuch = {};

    /** Makes the codes. */
    @Setup
    public void fill() {
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < count; i += VECTORS) {
        for (BinaryCode code : BinaryCode.of(random(VECTORS, random), rotation)) {
          codes.add(codes.rows(), code);
        }
      }
      asMuch = random.longs((long) codes.rows() * rotation.size() / Long.SIZE).toArray();
    }
  }

  /** Makes codes side by side. */
  @Benchmark
  @OperationsPerInvocation(VECTORS)
  public Object code(Vectors given) {
    return BinaryCode.of(given.vectors, given.rotation);
  }

  /** Makes codes one after the other. */
  @Benchmark
  @OperationsPerInvocation(VECTORS)
  public Object codeAlone(Vectors given) {
    List<BinaryCode> made = new ArrayList<>(VECTORS);
    for (float[] vector : given.vectors) {
      made.add(BinaryCode.of(vector, given.rotation));
    }
    return Collections.unmodifiableList(made);
  }

  /** Counts the signs that differ, of every code. */
  @Benchmark
  public Object scan(Codes given) {
    return new CodeScan(given.codes, given.query, given.lock, Workers.NONE);
  }

  /** Reads as much memory as the codes take. */
  @Benchmark
  public long memory(Codes given) {
    long all = 0;
    for (long word : given.asMuch) {
      all ^= word;
    }
    return all;
  }

  private static List<float[]> random(int count, SplittableRandom random) {
    return IntStream.range(0, count).mapToObj(i -> random(random)).toList();
  }

  private static float[] random(SplittableRandom random) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextDouble(-1, 1);
    }
    return vector;
  }
}
