namespace AmViz.Responses.Textures;

/// <summary>What a picture loses between the texture and the network: sharpness, even light, contrast, purity.</summary>
/// <param name="size">Side of the square picture in pixels.</param>
internal sealed class Camera(int size)
{
    private const float MostBlur = 1.1f;          // deviation of the Gaussian, pixels
    private const float MostNoise = 0.08f;        // deviation, on the range [0, 1]
    private const float MostUnevenLight = 0.15f;  // gain or loss at the border
    private const float LeastContrast = 0.6f;

    /// <summary>Blurs, lights and grains the planes in place; the result is within [0, 1].</summary>
    public void Photograph(Span<float> planes, TextureRandom random)
    {
        var area = size * size;
        var blur = random.Between(0, MostBlur);
        for (var plane = 0; plane < 3; plane++)
        {
            GaussianBlur.Apply(planes.Slice(plane * area, area), size, blur);
        }

        Light(planes, random);
        Grain(planes, random);
    }

    // Fades towards a random grey, then brightens one side.
    private void Light(Span<float> planes, TextureRandom random)
    {
        float contrast = random.Between(LeastContrast, 1), lift = (1 - contrast) * random.Between(0, 1);
        float perPixel = 2f / size, middle = (size - 1) / 2f;
        var right = perPixel * random.Between(-MostUnevenLight, MostUnevenLight);
        var down = perPixel * random.Between(-MostUnevenLight, MostUnevenLight);
        for (var i = 0; i < planes.Length; i++)
        {
            float x = i % size - middle, y = i / size % size - middle;
            planes[i] = (planes[i] * contrast + lift) * (1 + right * x + down * y);
        }
    }

    private static void Grain(Span<float> planes, TextureRandom random)
    {
        var noise = random.Between(0, MostNoise);
        for (var i = 0; i < planes.Length; i++)
        {
            planes[i] = Math.Clamp(planes[i] + noise * random.Normal(), 0f, 1f);
        }
    }
}
