using System.Globalization;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Sweeps;
using AmViz.TextureNet.Spectra;
using AmViz.Responses.Textures;
using AmViz.Responses.Textures.Families;
using TorchSharp;

namespace AmViz.TextureNet.Evaluating;

/// <summary>The picture that activation maximization draws of a class, and how it compares with the truth.</summary>
/// <param name="Class">What it should show.</param>
/// <param name="Picture">The picture.</param>
/// <param name="SeenAs">The class that the network finds in it.</param>
/// <param name="LineDegrees">Which way its lines run, counter-clockwise from the x axis.</param>
internal sealed record LogitPicture(TextureClass Class, Picture Picture, int SeenAs, double LineDegrees)
{
    /// <summary>Steps of a picture unless told otherwise.</summary>
    public const int Steps = 512;

    /// <summary>Longest period that counts for the direction, in pixels; the coarsest stripes reach 18.</summary>
    public const double LongestPeriod = 24;

    /// <summary>Shortest period that counts, in pixels; what is finer is grain.</summary>
    public const double ShortestPeriod = 4;

    /// <summary>Whether the network finds its class in it.</summary>
    public bool IsRecognized => SeenAs == Class.Index;

    /// <summary>Degrees between the lines of the picture and those of its label, 0 to 90; null for classes that are not stripes.</summary>
    public double? DegreesOff => Class.Texture is Stripes stripes
        ? Math.Abs((LineDegrees - stripes.LineDegrees + 270) % 180 - 90)
        : null;

    /// <summary>Draws every class with recipe <c>paper</c>, seed 0.</summary>
    /// <param name="weightsPath">Folder of the weights.</param>
    /// <param name="steps">Of each picture.</param>
    public static async IAsyncEnumerable<LogitPicture> DrawAllAsync(string weightsPath, int steps)
    {
        var source = NetworkCatalogue.Open(model: null, weightsPath);
        using var renderer = new TorchChannelRenderer(new KnownNetworks([source]), new RendererOptions { Device = "cpu" });
        using var network = source.Load();
        var recipe = Recipes.Paper with { Size = source.Description.InputSize, Steps = steps };
        foreach (var textureClass in TextureCatalogue.Classes)
        {
            var task = new ChannelTask(source.Description.Name, source.Description.WeightsDigest, "logits", textureClass.Index, Seed: 0);
            var rendered = (await renderer.RenderAsync(new ChannelBatch(recipe, [task], PaddedSize: 1), progress: null, checkpoints: null, CancellationToken.None))[0];
            var picture = PngCodec.Decode(rendered.Picture.ToArray()).Picture;
            using var pixels = torch.tensor(picture.ToPlanes(), [1, 3, picture.Height, picture.Width]);
            yield return new(
                textureClass, picture, new Classifier(network).Top(pixels, 1)[0].Index,
                SpectrumStatistics.Of(picture).DominantOrientation(1 / LongestPeriod, 1 / ShortestPeriod).Degrees);
        }
    }

    /// <summary>A line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Class,-32} seen as {TextureCatalogue.Classes[SeenAs].Label,-24} {(IsRecognized ? "right" : "wrong")} {DegreesOff,6:F1}");
}
