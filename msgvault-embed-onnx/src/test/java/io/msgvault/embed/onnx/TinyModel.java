package io.msgvault.embed.onnx;

import java.util.List;

/**
 * Writes ONNX files of a few hundred bytes: a table with one row for each token id, and the
 * operators that a test needs. Field and type numbers are those of {@code onnx.proto3}.
 */
final class TinyModel {
  static final int FLOAT = 1;
  static final int INT32 = 6;
  static final int INT64 = 7;

  private static final String ROWS = "rows";

  private final ProtobufWriter graph = new ProtobufWriter().string(2, "tiny");
  private String states = "";

  private TinyModel() {}

  /** Returns a model without inputs, outputs and weights. */
  static TinyModel empty() {
    return new TinyModel();
  }

  /** Returns a model that looks up the rows of {@code input_ids}, and ignores its other inputs. */
  static TinyModel of(float[][] rows, String... otherInputs) {
    TinyModel model = empty().table(rows).input("input_ids", INT64, "texts", "tokens");
    for (String name : otherInputs) {
      model.input(name, INT64, "texts", "tokens");
    }
    return model.lookUp();
  }

  /** Returns a static model: the mean of the rows of each text, whose tokens are in one list. */
  static TinyModel packed(float[][] rows, int type) {
    TinyModel model =
        empty().table(rows).input("input_ids", type, "tokens").input("offsets", type, "texts");
    model.number("zero", 0);
    model.number("one", 1);
    model.axes("first", 0);
    model.axes("second", 1);
    model.axes("end", Integer.MAX_VALUE);
    model.node("Cast", List.of("offsets"), List.of("starts"), attribute("to", INT64));
    model.node("Shape", List.of("input_ids"), List.of("size"));
    model.node("Slice", List.of("starts", "second", "end"), List.of("later"));
    model.node("Concat", List.of("later", "size"), List.of("ends"), attribute("axis", 0));
    model.node("Squeeze", List.of("size"), List.of("count"));
    model.node("Range", List.of("zero", "count", "one"), List.of("places"));
    model.node("Unsqueeze", List.of("starts", "second"), List.of("from"));
    model.node("Unsqueeze", List.of("ends", "second"), List.of("to"));
    model.node("Unsqueeze", List.of("places", "first"), List.of("place"));
    model.node("GreaterOrEqual", List.of("place", "from"), List.of("begun"));
    model.node("Less", List.of("place", "to"), List.of("open"));
    model.node("And", List.of("begun", "open"), List.of("inside"));
    model.node("Cast", List.of("inside"), List.of("weights"), attribute("to", FLOAT));
    model.node(
        "ReduceSum", List.of("weights", "second"), List.of("tokens"), attribute("keepdims", 1));
    model.lookUp();
    model.node("MatMul", List.of("weights", model.states), List.of("sums"));
    return model.step("Div", List.of("sums", "tokens"), "means");
  }

  TinyModel table(float[][] rows) {
    ProtobufWriter tensor = matrix(rows);
    graph.message(5, tensor.bytes(9, ProtobufWriter.littleEndian(flat(rows))));
    return this;
  }

  /** Adds the table, with its numbers in another file. */
  TinyModel tableIn(String file, float[][] rows) {
    ProtobufWriter tensor =
        matrix(rows)
            .message(13, new ProtobufWriter().string(1, "location").string(2, file))
            .number(14, 1);
    graph.message(5, tensor);
    return this;
  }

  static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
    }
    return flat;
  }

  private static ProtobufWriter matrix(float[][] rows) {
    return new ProtobufWriter()
        .number(1, rows.length)
        .number(1, rows[0].length)
        .number(2, FLOAT)
        .string(8, ROWS);
  }

  /** Adds an input; each dimension is a number or a name. */
  TinyModel input(String name, int type, Object... shape) {
    graph.message(11, value(name, type, shape));
    return this;
  }

  TinyModel lookUp() {
    return step("Gather", List.of(ROWS, "input_ids"), "looked_up");
  }

  /** Adds to each token the sum of all unmasked tokens, as attention mixes them. */
  TinyModel mixMasked() {
    String own = states;
    axes("last", 2);
    axes("tokens", 1);
    node("Cast", List.of("attention_mask"), List.of("mask"), attribute("to", FLOAT));
    node("Unsqueeze", List.of("mask", "last"), List.of("column"));
    node("Mul", List.of(own, "column"), List.of("masked"));
    node("ReduceSum", List.of("masked", "tokens"), List.of("sum"), attribute("keepdims", 1));
    return step("Add", List.of(own, "sum"), "mixed");
  }

  /** Adds to each token its type. */
  TinyModel addTypes() {
    String own = states;
    axes("type_axis", 2);
    node("Cast", List.of("token_type_ids"), List.of("types"), attribute("to", FLOAT));
    node("Unsqueeze", List.of("types", "type_axis"), List.of("type_column"));
    return step("Add", List.of(own, "type_column"), "typed");
  }

  /** Rounds to 256 steps between the smallest and the largest number of the batch. */
  TinyModel quantise() {
    node("DynamicQuantizeLinear", List.of(states), List.of("steps", "scale", "zero"));
    return step("DequantizeLinear", List.of("steps", "scale", "zero"), "rounded");
  }

  /** Gives each token two vectors. */
  TinyModel twice() {
    String once = states;
    node("Concat", List.of(once, once), List.of("twice"), attribute("axis", 1));
    states = "twice";
    return this;
  }

  /** Adds an output with the vectors of the tokens. */
  TinyModel tokenOutput(String name) {
    node("Identity", List.of(states), List.of(name));
    graph.message(12, value(name, FLOAT, "texts", "tokens", "dimension"));
    return this;
  }

  /** Adds an output with the vectors of the texts. */
  TinyModel textOutput(String name) {
    node("Identity", List.of(states), List.of(name));
    graph.message(12, value(name, FLOAT, "texts", "dimension"));
    return this;
  }

  /** Adds an output with the sum of all tokens, including masked ones. */
  TinyModel sumOutput(String name) {
    axes("sum_axes", 1);
    node("ReduceSum", List.of(states, "sum_axes"), List.of(name), attribute("keepdims", 0));
    graph.message(12, value(name, FLOAT, "texts", "dimension"));
    return this;
  }

  /** Adds an output that copies an input. */
  TinyModel copyOutput(String input, int type) {
    node("Identity", List.of(input), List.of("echo"));
    graph.message(12, value("echo", type, "texts", "tokens"));
    return this;
  }

  byte[] toByteArray() {
    return new ProtobufWriter()
        .number(1, 8)
        .message(7, graph)
        .message(8, new ProtobufWriter().string(1, "").number(2, 13))
        .toByteArray();
  }

  private TinyModel step(String operator, List<String> inputs, String output) {
    node(operator, inputs, List.of(output));
    states = output;
    return this;
  }

  private void node(
      String operator, List<String> inputs, List<String> outputs, ProtobufWriter... attributes) {
    ProtobufWriter node = new ProtobufWriter();
    inputs.forEach(input -> node.string(1, input));
    outputs.forEach(output -> node.string(2, output));
    node.string(4, operator);
    for (ProtobufWriter attribute : attributes) {
      node.message(5, attribute);
    }
    graph.message(1, node);
  }

  private void axes(String name, long axis) {
    graph.message(
        5,
        new ProtobufWriter()
            .number(1, 1)
            .number(2, INT64)
            .string(8, name)
            .bytes(9, ProtobufWriter.littleEndian(axis)));
  }

  private void number(String name, long value) {
    graph.message(
        5,
        new ProtobufWriter()
            .number(2, INT64)
            .string(8, name)
            .bytes(9, ProtobufWriter.littleEndian(value)));
  }

  private static ProtobufWriter attribute(String name, long value) {
    return new ProtobufWriter().string(1, name).number(3, value).number(20, 2);
  }

  private static ProtobufWriter value(String name, int type, Object... shape) {
    ProtobufWriter dimensions = new ProtobufWriter();
    for (Object size : shape) {
      dimensions.message(
          1,
          size instanceof Number fixed
              ? new ProtobufWriter().number(1, fixed.longValue())
              : new ProtobufWriter().string(2, size.toString()));
    }
    ProtobufWriter tensor = new ProtobufWriter().number(1, type).message(2, dimensions);
    return new ProtobufWriter().string(1, name).message(2, new ProtobufWriter().message(1, tensor));
  }
}
