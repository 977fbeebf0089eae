using AmViz.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests;

/// <summary>A network whose layers are formulas, so that expected numbers can be worked out by hand.</summary>
/// <remarks>
/// <c>colours</c>: channel 0 is red, 1 green, 2 blue. <c>half</c>: channel 0 is red, channel 1 is red where it is above 10,
/// so never, channel 2 is the logarithm of a negative number. <c>faint</c>: channel 0 is a number and next to nothing of red, channel 1
/// a little of red, channel 2 the number. <c>late</c>: the pixel in the upper left corner, channel 0 its red, channels 1 and 2 a ReLU of its red, open where that is more
/// than 0.8 or 2.2 deviations above the mean of the image: what opens it is a jitter. <c>tokens</c>: a class token, the colour of the upper left pixel,
/// and a token a row, its mean colour. <c>logits</c>: the mean of each colour.
/// </remarks>
internal sealed class HandSetNetwork : INetwork
{
    public const string Colours = "colours";
    public const string Half = "half";
    public const string Faint = "faint";
    public const string Late = "late";
    public const string Tokens = "tokens";

    public NetworkDescription Description { get; } = new(
        "hand", "formulas", "c0ffee", 32, ["red", "green", "blue"],
        new WeightsProvenance(Source: null, License: null, "none", new Dictionary<string, string>(StringComparer.Ordinal)),
        [
            new LayerShape(Colours, LayerKind.Convolution, 3, LayerExtent.Reduced(1), IsDefaultTap: true),
            new LayerShape(Half, LayerKind.Activation, 3, LayerExtent.Reduced(1), IsDefaultTap: false),
            new LayerShape(Faint, LayerKind.Convolution, 3, LayerExtent.Reduced(1), IsDefaultTap: false),
            new LayerShape(Late, LayerKind.Activation, 3, LayerExtent.Reduced(32), IsDefaultTap: false),
            new LayerShape(Tokens, LayerKind.Tokens, 3, size => new LayerExtent(size + 1, 1), IsDefaultTap: false) { PrefixTokens = 1 },
            new LayerShape("logits", LayerKind.Logits, 3, _ => LayerExtent.One, IsDefaultTap: true),
        ]);

    public Device Device => CPU;

    public Tensor Forward(Tensor images, string layer, Tensor? redirected = null) => layer switch
    {
        Colours => images * 1,
        Half => cat([images.narrow(1, 0, 1), (images.narrow(1, 0, 1) - 10).relu(), (images.narrow(1, 0, 1) - 10).log()], 1),
        Faint => cat([(images.narrow(1, 0, 1) * 1e-9f) - 0.4587f, images.narrow(1, 0, 1) * 1e-4f, images.narrow(1, 0, 1).zeros_like() - 0.4587f], 1),
        Late => LateOf(images.narrow(1, 0, 1)),
        Tokens => cat([images.narrow(2, 0, 1).narrow(3, 0, 1), images.mean([3], keepdim: true)], 2),
        _ => images.mean([2, 3]),
    };

    public Tensor ForwardChannels(Tensor images, string layer, Tensor channels, Tensor? redirected = null)
    {
        var all = Forward(images, layer);
        return all.reshape(all.shape[0], 3, -1)
            .gather(1, channels.view(-1, 1, 1).expand(-1, 1, all.numel() / all.shape[0] / 3))
            .view(layer == "logits" ? [-1, 1, 1] : [-1, all.shape[2], all.shape[3]]);
    }

    public long MultiplyAdds(string layer, int size) => 0;

    public void Dispose()
    {
    }

    private static Tensor LateOf(Tensor red)
    {
        var (corner, mean, deviation) = (red.narrow(2, 0, 1).narrow(3, 0, 1), red.mean([2, 3], keepdim: true), red.flatten(1).std(1).view(-1, 1, 1, 1));
        return cat([corner, (corner - mean - (0.8 * deviation)).relu(), (corner - mean - (2.2 * deviation)).relu()], 1);
    }

    public static AmViz.Sweeps.ChannelTask Task(string layer, int channel, int seed = 0) => new("hand", "c0ffee", layer, channel, seed);
}
