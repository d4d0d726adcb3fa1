import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { addScimToSwagger } from 'nestjs-scim';

/** Swagger UI writes its own styles into the page. */
const CONTENT =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/**
 * Every endpoint of the application described: `/openapi.json` for programs, `/docs` (Swagger UI) for people. All of
 * the page comes from here, and nothing that it loads names a user or a secret. Call it before `listen`.
 */
export function serveApiDocs(app: INestApplication): void {
  // In the place of what the other pages of the host allow.
  app.use('/docs', (_request: IncomingMessage, response: ServerResponse, next: () => void) => {
    response.setHeader('Content-Security-Policy', CONTENT);
    next();
  });
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('nestjs-scim reference host')
    .setDescription('Provisioning of users and groups (RFC 7643, RFC 7644).')
    .setVersion('2.0')
    .build();
  SwaggerModule.setup('docs', app, () => addScimToSwagger(SwaggerModule.createDocument(app, config), app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'SCIM 2.0',
    // Else the page sends its address to a validator elsewhere.
    swaggerOptions: { validatorUrl: null },
  });
}
