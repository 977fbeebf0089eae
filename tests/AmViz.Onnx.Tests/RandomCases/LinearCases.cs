using TorchSharp;

namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Cases of products of matrices and tensors.</summary>
internal static class LinearCases
{
    private static readonly string[] Equations = ["ij,jk->ik", "bij,bjk->bik", "bhid,bhjd->bhij", "...ij,...jk->...ik", "ij->ji", "ij,j", "i,j->ij", "bij->b", "ijk,jl->ikl", "ii->i"];

    public static IReadOnlyList<RandomOperator> All =>
    [
        new("MatMul", random =>
        {
            var (rows, inner, columns) = (random.From(1, 5), random.From(1, 5), random.From(1, 5));
            long[] batch = random.Shape(0, 2, 3);
            long[] first = random.Of<long[]>([inner], [rows, inner], [.. batch, rows, inner]);
            long[] second = random.Of<long[]>([inner], [inner, columns], [.. ArithmeticCases.Stretchable(random, [.. batch, 1]).SkipLast(1), inner, columns]);
            return new OperatorCase("MatMul", 13).Input(random.Normals(first)).Input(random.Normals(second));
        }),
        new("Gemm", random =>
        {
            var (rows, inner, columns) = (random.From(1, 5), random.From(1, 5), random.From(1, 5));
            var (transposesA, transposesB) = (random.Maybe(), random.Maybe());
            var one = new OperatorCase("Gemm", 13)
                .Input(random.Normals(transposesA ? [inner, rows] : [rows, inner])).Input(random.Normals(transposesB ? [columns, inner] : [inner, columns]))
                .Set("transA", transposesA ? 1L : 0).Set("transB", transposesB ? 1L : 0);
            one = random.Maybe() ? one.Set("alpha", random.Between(0.5, 2)).Set("beta", random.Between(0.5, 2)) : one;
            return random.Maybe() ? one : one.Input(random.Normals(random.Of<long[]>([], [1], [columns], [1, columns], [rows, 1], [rows, columns])));
        }),
        new("Einsum", random =>
        {
            string equation = random.Of(Equations);
            var sizes = "bhijkdl".ToDictionary(letter => letter, _ => (long)random.From(1, 4));
            long[] batch = random.Shape(0, 2, 3);
            var one = new OperatorCase("Einsum", 12).Set("equation", equation);
            foreach (string term in equation.Split("->")[0].Split(','))
            {
                one = one.Input(random.Normals([.. term.StartsWith("...", StringComparison.Ordinal) ? batch : [], .. term.TrimStart('.').Select(letter => sizes[letter])]));
            }

            return one;
        }),
        new("Attention", random => Attention(random, random.Maybe())),
    ];

    private static OperatorCase Attention(CaseRandom random, bool isFlat)
    {
        var (batch, groups, shared, queries, keys, width, valueWidth) = (random.From(1, 2), random.From(1, 2), random.From(1, 3), random.From(1, 4), random.From(1, 4), 2 * random.From(1, 3), random.From(1, 4));
        int heads = groups * shared;
        var one = new OperatorCase("Attention", 23);
        one = isFlat
            ? one.Input(random.Normals(batch, queries, heads * width)).Input(random.Normals(batch, keys, groups * width)).Input(random.Normals(batch, keys, groups * valueWidth)).Set("q_num_heads", (long)heads).Set("kv_num_heads", (long)groups)
            : one.Input(random.Normals(batch, heads, queries, width)).Input(random.Normals(batch, groups, keys, width)).Input(random.Normals(batch, groups, keys, valueWidth));
        int kind = random.From(0, 3);
        if (kind == 0)
        {
            one = one.Input(random.Normals(random.Of<long[]>([queries, keys], [batch, 1, queries, keys], [batch, heads, queries, keys])));
        }
        else if (kind == 1)
        {
            one = one.Set("is_causal", 1L);
        }
        else if (kind == 2)
        {
            // Not beside a mask: ONNX 1.18 caps what is masked, ONNX Runtime masks what is capped.
            one = one.Set("softcap", random.Between(0.5, 3));
        }

        return random.Maybe() ? one.Set("scale", random.Between(0.2, 1)) : one;
    }
}
