"""Draws the pictures that PictureResizingTests compares with. Needs Pillow; run it from this folder.

Made with Pillow 9.4.0. Goldens are never redrawn to make a test pass.
"""
from PIL import Image

def formula(width, height):
    picture = Image.new("RGB", (width, height))
    picture.putdata([
        ((x * 37 + y * 91) % 256, (x * x + 3 * y) % 256, (255 if (x // 5 + y // 3) % 2 else x * y % 97))
        for y in range(height) for x in range(width)])
    return picture

for width, height, to_width, to_height in [
        (61, 47, 20, 20), (61, 47, 47, 47), (61, 47, 100, 100), (224, 224, 128, 128), (30, 90, 7, 13), (16, 16, 16, 16)]:
    formula(width, height).resize((to_width, to_height), Image.BILINEAR).save(
        f"{width}x{height}-{to_width}x{to_height}.png", optimize=True)

# torchvision's Resize(24) and CenterCrop(24): the longer side is truncated, half a pixel rounds to even.
for width, height in [(61, 47), (47, 61), (50, 20)]:
    shorter = min(width, height)
    small = formula(width, height).resize((24 * width // shorter, 24 * height // shorter), Image.BILINEAR)
    left, top = round((small.width - 24) / 2.0), round((small.height - 24) / 2.0)
    small.crop((left, top, left + 24, top + 24)).save(f"{width}x{height}-crop24.png", optimize=True)
