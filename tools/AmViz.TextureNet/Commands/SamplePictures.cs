using AmViz.Imaging;
using AmViz.Responses.Textures;
using AmViz.TextureNet.Training;

namespace AmViz.TextureNet.Commands;

/// <summary>Examples of every class, in the order of the logits; a network was trained on none of them.</summary>
internal static class SamplePictures
{
    public static IEnumerable<(TextureClass Class, int Sample, Picture Picture)> Draw(int samples, int seed, int size)
    {
        var sampler = new TextureSampler(size);
        foreach (var textureClass in TextureCatalogue.Classes)
        {
            for (int sample = 0; sample < samples; sample++)
            {
                var planes = new float[sampler.Length];
                sampler.Draw(textureClass, new TextureRandom(seed, Split.Sheet, textureClass.Index * samples + sample), planes);
                yield return (textureClass, sample, Picture.FromPlanes(planes, size, size));
            }
        }
    }
}
