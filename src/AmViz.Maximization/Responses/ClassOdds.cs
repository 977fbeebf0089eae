using AmViz.Responses;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>How classes respond: by the logarithm of their odds, not by the logit.</summary>
/// <remarks>
/// A number that is added to all logits of a picture changes nothing that the network says of it, so a logit alone cannot be compared between pictures: of texturenet's 34 classes
/// three have photographs of another class at the top when they are ordered by it. The log-odds log(p / (1 - p)), the logit less the logarithm of the sum of the others' exponentials, orders as the
/// probability does and does not end at 1 in single precision. Computed in double precision.
/// </remarks>
internal static class ClassOdds
{
    /// <summary>Log-odds of every class.</summary>
    /// <param name="logits"><c>[N, classes]</c>, at least two classes.</param>
    /// <param name="count">Pictures that are wanted; the rest fills the batch.</param>
    public static LayerResponses Of(Tensor logits, int count)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var classes = (int)logits.shape[1];
        var values = logits.narrow(0, 0, count).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        var responses = LayerResponses.Empty(count, classes);
        for (var n = 0; n < count; n++)
        {
            Write(values.AsSpan(n * classes, classes), responses.Peaks.AsSpan(n * classes, classes));
        }

        responses.Peaks.CopyTo(responses.Means, 0);
        return responses;
    }

    private static void Write(ReadOnlySpan<double> logits, Span<float> odds)
    {
        var likeliest = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            likeliest = logits[i] > logits[likeliest] ? i : likeliest;
        }

        // Of the likeliest class the others are summed by themselves; from any other one the sum stays far from zero when its own part is taken away.
        var most = logits[likeliest];
        var (second, all) = (double.NegativeInfinity, 0.0);
        for (var i = 0; i < logits.Length; i++)
        {
            second = i == likeliest ? second : Math.Max(second, logits[i]);
            all += Math.Exp(logits[i] - most);
        }

        var others = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            others += i == likeliest ? 0 : Math.Exp(logits[i] - second);
            odds[i] = (float)(logits[i] - most - Math.Log(all - Math.Exp(logits[i] - most)));
        }

        odds[likeliest] = (float)(most - second - Math.Log(others));
    }
}
