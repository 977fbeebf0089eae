namespace AmViz.Models;

/// <summary>What a network does to pixels first: (x - mean) / deviation, channel by channel.</summary>
/// <param name="Mean">One number a channel (red, green and blue), for pixels in [0, 1].</param>
/// <param name="Deviation">One number a channel, for pixels in [0, 1].</param>
internal sealed record Preprocessing(IReadOnlyList<double> Mean, IReadOnlyList<double> Deviation)
{
    /// <summary>Whether the network wants blue first, as those of Caffe and OpenCV do.</summary>
    public bool IsReversed { get; init; }

    /// <summary>From [0, 1] to [-1, 1]: x / 127.5 - 1 of pixels up to 255.</summary>
    public static Preprocessing MinusOneToOne { get; } = new([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]);

    /// <summary>Channels of the pictures.</summary>
    public int ChannelCount => Mean.Count;

    /// <summary>As <see cref="MinusOneToOne"/>, for pictures of <paramref name="channels"/> channels.</summary>
    public static Preprocessing MinusOneToOneOf(int channels) => new([.. Enumerable.Repeat(0.5, channels)], [.. Enumerable.Repeat(0.5, channels)]);

    /// <summary>Mean and deviation of the pictures of ImageNet, as torchvision and timm use them.</summary>
    public static Preprocessing ImageNet { get; } = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>(x - mean) / deviation of pixels up to 255, as networks of Caffe have it.</summary>
    /// <param name="mean">Up to 255.</param>
    /// <param name="deviation">Up to 255; null for 1.</param>
    public static Preprocessing OfBytes(IReadOnlyList<double> mean, IReadOnlyList<double>? deviation)
        => new([.. mean.Select(value => value / Brightest)], [.. (deviation ?? [.. Enumerable.Repeat(1.0, mean.Count)]).Select(value => value / Brightest)]);

    /// <summary>The same for a network that wants blue first, its numbers told in that order.</summary>
    public Preprocessing Reversed() => new([.. Mean.Reverse()], [.. Deviation.Reverse()]) { IsReversed = true };

    private const double Brightest = 255;
}
