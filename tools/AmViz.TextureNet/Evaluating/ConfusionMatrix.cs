using AmViz.Responses.Textures;

namespace AmViz.TextureNet.Evaluating;

/// <summary>How often pictures of one class were taken for another.</summary>
/// <param name="Truth">What the pictures were of.</param>
/// <param name="Answer">What the network said.</param>
/// <param name="Times">How often.</param>
internal sealed record Confusion(TextureClass Truth, TextureClass Answer, int Times);

/// <summary>Counts of answers by truth.</summary>
internal sealed class ConfusionMatrix(IReadOnlyList<TextureClass> classes)
{
    private readonly int[,] _counts = new int[classes.Count, classes.Count];

    /// <summary>Pictures counted.</summary>
    public int Draws { get; private set; }

    /// <summary>Share of right answers, 0 to 1.</summary>
    public double Accuracy => (double)classes.Sum(c => _counts[c.Index, c.Index]) / Draws;

    /// <summary>Counts one answer.</summary>
    public void Count(long truth, long answer)
    {
        _counts[truth, answer]++;
        Draws++;
    }

    /// <summary>Right answers and pictures of one class.</summary>
    public (int Right, int Draws) Of(TextureClass truth) =>
        (_counts[truth.Index, truth.Index], classes.Sum(answer => _counts[truth.Index, answer.Index]));

    /// <summary>Mistakes, the most frequent first.</summary>
    public IEnumerable<Confusion> Worst() =>
        from truth in classes
        from answer in classes
        let times = _counts[truth.Index, answer.Index]
        where truth != answer && times > 0
        orderby times descending, truth.Index, answer.Index
        select new Confusion(truth, answer, times);
}
