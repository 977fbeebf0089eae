namespace AmViz.Responses;

/// <summary>What is kept of a channel: bounded in bytes, whatever the number of photographs, and merged in any order with the same result.</summary>
internal sealed class ChannelStatistics
{
    /// <summary>Most buckets of the sketch of all responses.</summary>
    public const int SketchLimit = 512;

    /// <summary>Most buckets of the sketch of the responses to photographs of one label.</summary>
    public const int LabelSketchLimit = 64;

    private readonly ResponseSketch?[] _labels;

    /// <summary>Nothing seen yet.</summary>
    /// <param name="labels">Number of labels.</param>
    public ChannelStatistics(int labels) => _labels = new ResponseSketch?[labels];

    /// <summary>Photographs of strongest response.</summary>
    public ExampleList Top { get; } = new(strongest: true);

    /// <summary>Photographs of weakest response.</summary>
    public ExampleList Bottom { get; } = new(strongest: false);

    /// <summary>All finite responses.</summary>
    public ResponseSketch Sketch { get; private set; } = new(SketchLimit);

    /// <summary>Sums of the finite responses.</summary>
    public ExactMoments Moments { get; private set; } = new();

    /// <summary>Sums of the means over the map.</summary>
    public ExactMoments MapMeans { get; private set; } = new();

    /// <summary>Responses that are exactly zero.</summary>
    public long Zeros { get; set; }

    /// <summary>Photographs with a value in the map that is no finite number; they count nowhere else.</summary>
    public long NotFinite { get; set; }

    /// <summary>Responses to the photographs of each label; null where there is none.</summary>
    public IReadOnlyList<ResponseSketch?> Labels => _labels;

    /// <summary>The sketch of a label, made when it is first needed.</summary>
    public ResponseSketch OfLabel(int label) => _labels[label] ??= new(LabelSketchLimit);

    /// <summary>Puts what a file holds in place.</summary>
    public void Restore(ResponseSketch sketch, ExactMoments moments, ExactMoments mapMeans) => (Sketch, Moments, MapMeans) = (sketch, moments, mapMeans);

    /// <summary>Puts what a file holds in place.</summary>
    public void Restore(int label, ResponseSketch sketch) => _labels[label] = sketch;

    /// <summary>Adds all that another saw.</summary>
    public void Merge(ChannelStatistics other)
    {
        Top.Merge(other.Top);
        Bottom.Merge(other.Bottom);
        Sketch.Merge(other.Sketch);
        Moments.Merge(other.Moments);
        MapMeans.Merge(other.MapMeans);
        Zeros += other.Zeros;
        NotFinite += other.NotFinite;
        for (var label = 0; label < _labels.Length; label++)
        {
            if (other._labels[label] is { } theirs)
            {
                OfLabel(label).Merge(theirs);
            }
        }
    }
}
