using System.Numerics;

namespace AmViz.Responses.Textures;

/// <summary>Draws pictures of a class, each with its own phase, colours, blur, light and noise.</summary>
/// <param name="size">Side of the square picture in pixels.</param>
internal sealed class TextureSampler(int size)
{
    /// <summary>Numbers in one picture: three planes of <c>size * size</c>.</summary>
    public int Length { get; } = 3 * size * size;

    /// <summary>Writes one picture, planes R, G, B of rows from the top, values in [0, 1].</summary>
    public void Draw(TextureClass textureClass, TextureRandom random, Span<float> planes)
    {
        if (planes.Length != Length)
        {
            throw new ArgumentException($"A picture of {size} px takes {Length} numbers, got room for {planes.Length}.", nameof(planes));
        }

        PaintOn(planes, textureClass.Texture.Draw(random, size));
        new Camera(size).Photograph(planes, random);
    }

    private void PaintOn(Span<float> planes, Paint paint)
    {
        var area = size * size;
        var middle = (size - 1) / 2f;
        for (var pixel = 0; pixel < area; pixel++)
        {
            var colour = paint(pixel % size - middle, pixel / size - middle);
            planes[pixel] = colour.X;
            planes[area + pixel] = colour.Y;
            planes[2 * area + pixel] = colour.Z;
        }
    }
}
