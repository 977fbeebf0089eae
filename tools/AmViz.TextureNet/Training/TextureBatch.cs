using AmViz.Models;
using AmViz.Responses.Textures;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Training;

/// <summary>Pictures of all classes, in the order of the catalogue, over and over.</summary>
/// <param name="Count">Number of pictures.</param>
/// <param name="Size">Side of a picture in pixels.</param>
/// <param name="Pixels"><c>[Count, 3, Size, Size]</c>, values in [0, 1].</param>
/// <param name="ClassIndices">The truth, one a picture.</param>
internal sealed record TextureBatch(int Count, int Size, float[] Pixels, long[] ClassIndices)
{
    /// <summary>Draws pictures <paramref name="first"/> to <c>first + count - 1</c> of the endless row of a split.</summary>
    public static TextureBatch Draw(int size, int count, int seed, int split, long first)
    {
        var sampler = new TextureSampler(size);
        var classes = TextureCatalogue.Classes;
        var batch = new TextureBatch(count, size, new float[count * sampler.Length], new long[count]);
        for (int i = 0; i < count; i++)
        {
            var textureClass = classes[(int)((first + i) % classes.Count)];
            batch.ClassIndices[i] = textureClass.Index;
            sampler.Draw(textureClass, new TextureRandom(seed, split, first + i), batch.Pixels.AsSpan(i * sampler.Length, sampler.Length));
        }
        return batch;
    }

    /// <summary>The pictures as a tensor <c>[Count, 3, Size, Size]</c>.</summary>
    public Tensor PixelTensor() => tensor(Pixels, [Count, 3, Size, Size]);

    /// <summary>The truth as a tensor <c>[Count]</c>, int64.</summary>
    public Tensor ClassTensor() => tensor(ClassIndices);
}

/// <summary>Keeps the pictures of training and of evaluation apart: other splits are other random streams.</summary>
internal static class Split
{
    public const int Training = 0;
    public const int Evaluation = 1;
    public const int Sheet = 2;
    public const int Lying = 4;      // 3 is that of TextureSeries
}
